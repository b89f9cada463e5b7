"""Every state × every verb × every person, through the API and through the page."""
