"""What people fill in: one file per noun. A form checks shape and choices; actions and rules decide."""
