"""Reminders: what is due now (:mod:`.due`), each told once (:mod:`.told`), by a notification of the
desktop (:mod:`.notification`) or by mail (:mod:`.mail`), from a timer of the system
(:mod:`.timers`)."""
