"""Reports that a director, a clinician and a hostile reviewer can each read."""
