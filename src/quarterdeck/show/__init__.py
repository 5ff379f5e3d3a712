"""The talk going on: state, hub, pages and the speaker's console."""
