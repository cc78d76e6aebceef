"""What a class handed in: answers with who gave them, to what, and where they stood."""

from __future__ import annotations

from msgspec import Struct

from symnn.errors import Place, Problem

__all__ = ["Answer", "Submissions", "joined"]


class Answer(Struct, frozen=True):
    """One student's answer to one part; ids are text, ``007`` stays ``007``."""

    student: str
    exercise: str
    part: str
    text: str
    attempt: int = 1
    place: Place = Place("")

    @property
    def target(self) -> str:
        """What it answers: ``exercise/part``."""
        return f"{self.exercise}/{self.part}"


class Submissions(Struct, frozen=True):
    """All answers that could be read, what could not be, and notices that do no harm."""

    answers: tuple[Answer, ...] = ()
    problems: tuple[Problem, ...] = ()
    notices: tuple[Problem, ...] = ()


def joined(several: list[Submissions]) -> Submissions:
    """Put several files together; the same answer twice is a problem, and the first one stands."""
    first: dict[tuple[str, str, str, int], Answer] = {}
    problems = [problem for one in several for problem in one.problems]
    for one in several:
        for answer in one.answers:
            key = (answer.student, answer.exercise, answer.part, answer.attempt)
            earlier = first.setdefault(key, answer)
            if earlier is not answer:
                facts = {"student": answer.student, "target": answer.target, "first": str(earlier.place)}
                problems.append(Problem("answered-twice", facts, place=answer.place))
    notices = tuple(notice for one in several for notice in one.notices)
    return Submissions(tuple(first.values()), tuple(problems), notices)
