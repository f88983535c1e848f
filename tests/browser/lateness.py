"""A script that takes its time: people look, choose and type before it is there."""


class LateScript:
    """`name`, a file of static/js, held back on the page from now on until it `arrives`."""

    def __init__(self, page, name):
        self.page, self.pattern, self.held = page, f"**/{name}", None
        page.route(self.pattern, self.hold)

    def hold(self, route):
        self.held = route

    def goto(self, url):
        with self.page.expect_request(self.pattern):
            self.page.goto(url, wait_until="commit")

    def arrives(self):
        self.held.continue_()
