"""A web server that greets as its environment tells it to."""

import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>{greeting}</title>
<body style="margin: 0; min-height: 100vh; display: grid; place-content: center;
  font-family: Arial, sans-serif; font-size: 2em; color: white; background: {colour}">
<h1>{greeting}</h1>
</body>
</html>
"""


class Greeter(BaseHTTPRequestHandler):
    """Answers every request with the one page."""

    def do_GET(self):
        """Send the page."""
        page = PAGE.format(greeting=os.environ["GREETING"], colour=os.environ["COLOUR"]).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)


# A browser also opens connections that it doesn't use yet: the page must not wait for them.
ThreadingHTTPServer(("", 80), Greeter).serve_forever()
