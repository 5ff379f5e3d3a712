"""The front desk: lets attendees in, gives each a seat, passes their pages through, and shows the organiser the room.

In come the settings of a workshop, a spawner that can start seats, and requests of browsers; out go pages, and what
is said between an attendee's page and the seat.  Begin with ``state`` (who sits where, without any input or output),
then ``keeper`` (makes it so: starts, looks, moves, stops), ``routes`` (what each address answers) and ``server`` (opens
and closes it all).  ``attendance`` is an attendee's connection, ``room`` the organiser's, with its ``roommessages``;
``admission`` decides who gets in, ``pages`` passes containers' pages through, ``records`` are what ``store`` keeps on
disk, ``documents`` makes the pages.

Rules: the state says what shall be, and only the keeper talks to the spawner.  Nothing that a browser or a seat sends
is unbounded.  A seat's trouble is its attendee's alone.
"""
