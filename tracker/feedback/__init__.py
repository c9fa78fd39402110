"""What people and agents say: grades, reviews, bugs, halts, journal, corrections, and who may say it."""
