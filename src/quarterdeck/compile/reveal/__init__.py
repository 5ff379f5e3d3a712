"""The deck as one HTML file, on reveal.js.

``page.py`` writes the page, and reuses slides and recordings that haven't changed since the last build; ``slide.py``
writes one slide; ``text.py`` and ``terminal.py`` draw elements that only slides have.

The page needs nothing but a browser: scripts, fonts, pictures and recordings are in it, and its content security
policy allows only those.  The pages of a running show (``show/web``) are the same page with another purpose.
"""
