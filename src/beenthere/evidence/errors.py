"""What the engine says instead of a number."""


class Unfit(Exception):
    """The input does not carry an answer. The command prints the sentence and ends with 2.

    sentence: what is wrong and what to do, for the person who wrote the input.
    where: the file, table or key it stands in, such as `design.toml: [columns] outcome`.
    """

    def __init__(self, sentence: str, *, where: str = "") -> None:
        super().__init__(f"{where}: {sentence}" if where else sentence)
        self.sentence = sentence
        self.where = where
