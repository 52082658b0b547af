"""Commands about the data as a whole: import, history, settings, copies."""
