from django.core.exceptions import PermissionDenied
from django.utils.functional import Promise


class Refused(PermissionDenied):
    """An action said no, in a sentence for the person who asked; what it began is undone.

    A view catches it and shows the sentence on the form. Not caught, it is the page for "not allowed".
    """

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(sentence)
        self.sentence = sentence
