"""What is shown whole: the page of a deal, a contact, an offer, a report; today, and the funnel."""
