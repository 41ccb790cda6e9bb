"""Write, audit, publish: one branch for each attempt, and an event only for what is on main."""
