"""Commands about figures: the funnel, the reports, and what they are held against."""
