"""Money in whole cents. Nothing here rounds: a share that does not divide is dealt out cent by cent."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Money:
    """`cents` may be negative (a reversal). Arithmetic and order across currencies raise ValueError."""

    cents: int
    currency: str = "USD"

    @property
    def amount(self) -> Decimal:
        """With exactly two decimals, as X12 and payers write it."""
        return Decimal(self.cents).scaleb(-2)

    def __add__(self, other: "Money") -> "Money":
        return Money(self.cents + self._same(other).cents, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.cents - self._same(other).cents, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.cents, self.currency)

    def __mul__(self, times: int) -> "Money":
        """A whole number of times, such as units at a rate."""
        if not isinstance(times, int):
            raise TypeError(f"Money is multiplied by a whole number, not {times!r}; divide it with share()")
        return Money(self.cents * times, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.cents < self._same(other).cents

    def __le__(self, other: "Money") -> bool:
        return self.cents <= self._same(other).cents

    def __str__(self) -> str:
        sign = "-" if self.cents < 0 else ""
        symbol = "$" if self.currency == "USD" else f"{self.currency} "
        return f"{sign}{symbol}{abs(self.amount):,.2f}"

    def share(self, weights: Sequence[int]) -> "tuple[Money, ...]":
        """Split in proportion to whole, non-negative weights; the parts always sum to the whole.

        Largest remainder: each part gets its whole cents, the cents left over go to the parts that lost
        the most, and between equals to the earlier one. Rounding each part by itself is the tempting
        wrong answer: three thirds of $1.00 would make $0.99. ValueError when no weight is above zero.
        """
        total = sum(weights)
        if total <= 0 or any(weight < 0 for weight in weights):
            raise ValueError(f"Weights must be zero or more, with one above zero: {list(weights)}")
        whole, sign = abs(self.cents), -1 if self.cents < 0 else 1
        cents = [whole * weight // total for weight in weights]
        by_loss = sorted(range(len(cents)), key=lambda i: (-(whole * weights[i] % total), i))
        for i in by_loss[: whole - sum(cents)]:
            cents[i] += 1
        return tuple(Money(sign * part, self.currency) for part in cents)

    def _same(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not mix; convert first")
        return other
