"""What runs in a seat's container: an engine of its own, and the server that gives an attendee's terminal to pages.

``python -m quarterdeck.seats.room`` is the container's first process (:mod:`entry`): it starts the engine, whose images
all seats share (:mod:`store`), and as a process of its own the server (:mod:`server`).  In come the workshop's kit and
the desk's requests, each with the seat's secret; out go what the terminal prints, how far the attendee is
(:mod:`exercises`), tasks as HTML (:mod:`kit`), and the pages of containers (:mod:`pages`).

Rules that hold here:

- Nobody without the secret gets an answer: seats of one host share a network.
- The terminal outlives its pages: one that loads again, or another device, finds it as it was (:mod:`transcript`).
- What goes wrong in an exercise is told in its terminal, and the seat goes on: another exercise, or the same one, can
  always be begun.
"""
