"""The only doors by which anything authored is written: keyword-only, `by=` and `at=` without defaults, atomic.

Pages, the API, commands and tasks call these and nothing else. A refusal is raised before anything is written.
"""
