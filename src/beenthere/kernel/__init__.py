"""Words every context shares: ids, decisions, periods, money, minutes, text. Standard library only."""
