"""Writes to the parts of a photo: what analyses find and what people decide about it.

A person's decision is never overwritten: analyses replace only parts that nobody has looked at.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.accounts.selectors import require_role
from apps.garments.models import Analysis, Part, PartDecision, Photo, Style
from apps.garments.part_matching import decided_places, new_parts
from apps.garments.part_selectors import differs_from_found, part_gone, part_payload
from apps.problems import Conflict, Problem
from ml.vision.parts import SURE
from ml.vision.parts import Part as FoundPart

State = Part.State
Verb = PartDecision.Verb

DETECTOR = "parts"
SMALLEST_PX = 1.0
MOST_PARTS = 400
"""No garment has more; a client gone wild would."""


@transaction.atomic
def parts_store(*, analysis: Analysis) -> None:
    """Put the found parts of a new analysis into its photo.

    They take the place of those nobody has looked at. What people decided stays, and what they rejected does
    not come back. An analysis that was refused changes nothing. The caller has locked the photo.
    """
    if analysis.refused:
        return
    there = Part.objects.select_for_update().filter(photo=analysis.photo_id).order_by("id")
    decided = [part for part in there if part.removed_at is None and part.state != State.OPEN]
    opened = there.filter(state=State.OPEN, removed_at=None)
    opened.filter(version__gt=0).update(removed_at=timezone.now())
    opened.filter(version=0).delete()
    found = [FoundPart.from_json(item) for item in analysis.findings.get("parts") or []]
    places = [decided_places(part.kind, part.box, part.found) for part in decided]
    number = _next_number(analysis.photo)
    model = _model(analysis.findings)
    Part.objects.bulk_create(
        Part(
            workspace_id=analysis.workspace_id,
            photo_id=analysis.photo_id,
            analysis=analysis,
            number=number + order,
            kind=found[index].kind,
            box=list(found[index].box),
            confidence=found[index].confidence,
            found={**found[index].to_json(), "box": list(found[index].box), "model": model},
            advisories=_advisories(analysis.findings, index),
        )
        for order, index in enumerate(_sure(new_parts(found, places), found))
    )


def _sure(indices: Iterable[int], found: Sequence[FoundPart]) -> list[int]:
    """The finds that people are shown."""
    return [index for index in indices if found[index].confidence >= SURE]


def _model(findings: Mapping[str, Any]) -> str:
    """Name and version of the network that found the parts; "" where the analysis names none."""
    for model in findings.get("models") or []:
        if model["name"] == DETECTOR:
            return f"{model['name']} {model['version']}"
    return ""


def _advisories(findings: Mapping[str, Any], index: int) -> list[str]:
    return [str(item["code"]) for item in findings.get("advisories") or [] if item.get("part") == index]


@transaction.atomic
def part_add(*, user: User, photo: Photo, kind: str, box: Sequence[float]) -> Part:
    """A part that the analysis missed. Raises Problem for an unknown kind or a box outside the photo."""
    require_role(user, photo.workspace_id, Role.DESIGNER)
    kind, sides = _kind(kind), _box(photo, box)
    Photo.objects.select_for_update().get(id=photo.id)
    if Part.objects.filter(photo=photo, removed_at=None).count() >= MOST_PARTS:
        raise Problem("too_many_parts", _("A photo has 400 parts at most."))
    part = Part.objects.create(
        workspace_id=photo.workspace_id,
        photo=photo,
        number=_next_number(photo),
        kind=kind,
        box=sides,
        state=State.ADDED,
        version=1,
    )
    _record(user, part, Verb.ADD, before=None, after=_snapshot(part))
    return part


@transaction.atomic
def part_correct(
    *,
    user: User,
    part: Part,
    kind: str | None = None,
    box: Sequence[float] | None = None,
    seen: int | None = None,
) -> Part:
    """Give a part another kind or box; what is None stays. Of a rejected part it says that it is there.

    seen: the version that the person saw; Conflict(stale_part) with the newest `part` when it has changed.
    """
    return _decide(user, _locked(user, part, seen), Verb.CORRECT, kind=kind, box=box)


@transaction.atomic
def part_accept(*, user: User, part: Part, seen: int | None = None) -> Part:
    """Say that a part is right as it is. Conflict(stale_part) as in `part_correct`."""
    return _decide(user, _locked(user, part, seen), Verb.ACCEPT)


@transaction.atomic
def part_reject(*, user: User, part: Part, seen: int | None = None) -> Part:
    """Say that there is no such part. Conflict(stale_part) as in `part_correct`."""
    return _decide(user, _locked(user, part, seen), Verb.REJECT)


@transaction.atomic
def parts_accept_rest(*, user: User, photo: Photo) -> int:
    """Accept every part of a photo that nobody has looked at; returns how many."""
    require_role(user, photo.workspace_id, Role.DESIGNER)
    rest = Part.objects.select_for_update().filter(photo=photo, state=State.OPEN, removed_at=None)
    parts = list(rest.order_by("id"))
    for part in parts:
        _decide(user, part, Verb.ACCEPT)
    return len(parts)


@transaction.atomic
def part_undo(*, user: User, part: Part, seen: int | None = None) -> Part | None:
    """Take the last decision about a part back, whoever made it; None when the part is gone with it.

    Raises Conflict(nothing_to_undo) when no decision is left, Conflict(stale_part) as in `part_correct`.
    """
    locked = _locked(user, part, seen)
    last = locked.decisions.exclude(verb=Verb.UNDO).filter(undone_by=None).order_by("-number").first()
    if last is None:
        raise Conflict("nothing_to_undo", _("Nobody has decided about this part yet."))
    before = _snapshot(locked)
    if last.before is None:
        locked.removed_at = timezone.now()
    else:
        locked.state, locked.kind, locked.box = (last.before[key] for key in ("state", "kind", "box"))
    locked.version += 1
    locked.save(update_fields=["state", "kind", "box", "version", "removed_at"])
    _record(user, locked, Verb.UNDO, before=before, after=last.before, undone=last)
    return None if locked.removed_at else locked


def _locked(user: User, part: Part, seen: int | None) -> Part:
    """The newest state of a part, held until the transaction ends."""
    require_role(user, part.workspace_id, Role.DESIGNER)
    locked = Part.objects.select_for_update().filter(id=part.id, removed_at=None).first()
    if locked is None:
        raise part_gone()
    if seen is not None and seen != locked.version:
        raise Conflict(
            "stale_part",
            _("Somebody else has decided about this part meanwhile. Look at it again."),
            part=part_payload(locked),
        )
    return locked


def _decide(
    user: User, part: Part, verb: str, *, kind: str | None = None, box: Sequence[float] | None = None
) -> Part:
    """Change and store a locked part; saying the same again leaves no trace."""
    before = _snapshot(part)
    part.kind = part.kind if kind is None else _kind(kind)
    part.box = part.box if box is None else _box(part.photo, box)
    part.state = State.REJECTED if verb == Verb.REJECT else _state_when_there(part)
    after = _snapshot(part)
    if after != before:
        part.version += 1
        part.save(update_fields=["state", "kind", "box", "version"])
        _record(user, part, verb, before=before, after=after)
    return part


def _state_when_there(part: Part) -> str:
    """The state of a part that a person says is there."""
    if part.found is None:
        return State.ADDED
    return State.CORRECTED if differs_from_found(part) else State.ACCEPTED


def _snapshot(part: Part) -> dict[str, Any]:
    return {"state": str(part.state), "kind": str(part.kind), "box": part.box}


def _record(
    user: User,
    part: Part,
    verb: str,
    *,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    undone: PartDecision | None = None,
) -> None:
    PartDecision.objects.create(
        workspace_id=part.workspace_id,
        part=part,
        number=part.version,
        verb=verb,
        before=before,
        after=after,
        undone=undone,
        decided_by=user,
    )
    Style.objects.filter(photos=part.photo_id).update(updated_at=timezone.now())


def _next_number(photo: Photo) -> int:
    last: int | None = Part.objects.filter(photo=photo).aggregate(last=Max("number"))["last"]
    return 0 if last is None else last + 1


def _kind(value: str) -> str:
    if value not in Part.Kind.values:
        raise Problem("unknown_part_kind", _("This is not one of the kinds of parts."))
    return str(value)


def _box(photo: Photo, box: Sequence[float]) -> list[float]:
    """The box cut at the edges of the photo. Raises Problem when nothing is left of it."""
    if len(box) != 4 or not all(math.isfinite(side) for side in box):
        raise Problem("bad_box", _("A box has four numbers: left, top, right and bottom in pixels."))
    left, right = (min(max(float(side), 0.0), float(photo.width)) for side in (box[0], box[2]))
    top, bottom = (min(max(float(side), 0.0), float(photo.height)) for side in (box[1], box[3]))
    if right - left < SMALLEST_PX or bottom - top < SMALLEST_PX:
        raise Problem("bad_box", _("A box leads from its upper left to its lower right corner in the photo."))
    return [round(side, 2) for side in (left, top, right, bottom)]
