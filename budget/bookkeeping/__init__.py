"""What comes from the bookkeeping: expenditure, a row per booking."""
