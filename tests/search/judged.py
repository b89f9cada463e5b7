"""Judged queries: what somebody types, and the published titles any of which is right as the first answer."""

# Written from what people type into job boards, before the first of them was asked; over the titles of O*NET 29.3.
OCCUPATIONS = (
    ("registered nurse", ("Registered Nurses",)),
    ("nurse practitioner", ("Nurse Practitioners",)),
    ("software developer", ("Software Developers",)),
    ("programmer", ("Computer Programmers",)),
    ("web developer", ("Web Developers",)),
    ("data scientist", ("Data Scientists",)),
    ("accountant", ("Accountants and Auditors",)),
    ("auditor", ("Accountants and Auditors",)),
    ("lawyer", ("Lawyers",)),
    ("attorney", ("Lawyers",)),
    ("paralegal", ("Paralegals and Legal Assistants",)),
    ("truck driver", ("Heavy and Tractor-Trailer Truck Drivers", "Light Truck Drivers")),
    ("plumber", ("Plumbers, Pipefitters, and Steamfitters",)),
    ("electrician", ("Electricians",)),
    ("carpenter", ("Carpenters",)),
    ("chef", ("Chefs and Head Cooks",)),
    ("waiter", ("Waiters and Waitresses",)),
    ("bartender", ("Bartenders",)),
    ("cashier", ("Cashiers",)),
    ("receptionist", ("Receptionists and Information Clerks",)),
    ("data entry", ("Data Entry Keyers",)),
    ("elementary teacher", ("Elementary School Teachers, Except Special Education",)),
    ("dentist", ("Dentists, General",)),
    ("pharmacist", ("Pharmacists",)),
    ("veterinarian", ("Veterinarians",)),
    ("physical therapist", ("Physical Therapists",)),
    ("clinical psychologist", ("Clinical and Counseling Psychologists",)),
    ("journalist", ("News Analysts, Reporters, and Journalists",)),
    ("translator", ("Interpreters and Translators",)),
    ("graphic designer", ("Graphic Designers",)),
    ("architect", ("Architects, Except Landscape and Naval",)),
    ("civil engineer", ("Civil Engineers",)),
    ("engineer civil", ("Civil Engineers",)),
    ("actuary", ("Actuaries",)),
    ("economist", ("Economists", "Environmental Economists")),
    ("firefighter", ("Firefighters",)),
    ("police officer", ("Police and Sheriff's Patrol Officers",)),
    ("airline pilot", ("Airline Pilots, Copilots, and Flight Engineers",)),
    ("hairdresser", ("Hairdressers, Hairstylists, and Cosmetologists",)),
    ("janitor", ("Janitors and Cleaners, Except Maids and Housekeeping Cleaners",)),
    ("ceo", ("Chief Executives",)),
    ("15-1252", ("Software Developers",)),
    ("29-1141.00", ("Registered Nurses",)),
    # As people mistype.
    ("sofware developr", ("Software Developers",)),
    ("acountant", ("Accountants and Auditors",)),
    ("regstered nurse", ("Registered Nurses",)),
    ("electrican", ("Electricians",)),
    ("pharmasist", ("Pharmacists",)),
    ("grafic desinger", ("Graphic Designers",)),
    ("truckdriver", ("Heavy and Tractor-Trailer Truck Drivers", "Light Truck Drivers")),
)

# Over the demonstration catalogue.
DEMONSTRATION = (
    ("llm engineer", ("LLM Engineer",)),
    ("LLM", ("LLM Engineer",)),
    ("genai engineer", ("Generative AI Engineer",)),
    ("generative", ("Generative AI Engineer",)),
    ("security", ("AI Security Engineer",)),
    ("enginer security", ("AI Security Engineer",)),
    ("nurse", ("Registered Nurse",)),
    ("regisered nurs", ("Registered Nurse",)),
    ("paralegl", ("Paralegal",)),
    ("data entry", ("Data Entry Clerk",)),
    ("clerk", ("Data Entry Clerk",)),
    ("promt", ("Prompt Engineer",)),
    ("medicines", ("Registered Nurse",)),
    ("pleadings", ("Paralegal",)),
)


def rank(titles: list[str], right: tuple[str, ...]) -> int:
    """The place of the first right title, from 1; 0 where there is none."""
    return next((place for place, title in enumerate(titles, 1) if title in right), 0)
