"""The embedded servers and their supervisor: what ``make run`` and the tests stand on.

Nothing here imports Django, so that the supervisor stays small and can run before anything is installed
but the lock file. Linux only: it relies on ``/proc`` and on ``prctl``.
"""
