"""What a platform takes back: grades in its own table, feedback in its own folders."""
