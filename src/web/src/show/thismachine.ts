// Whether the show runs on the machine of this page: then no network can come between them.

export const ON_THIS_MACHINE = ["127.0.0.1", "localhost", "[::1]"].includes(location.hostname);
