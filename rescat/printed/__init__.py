"""What can stand behind a printed number: rounding, quantiles, attainable P values."""
