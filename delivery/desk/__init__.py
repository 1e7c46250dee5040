"""The desk: what people decide. The only state that cannot be made again from the inbox."""

from delivery.desk.desk import Desk
from delivery.desk.opening import open_desk
from delivery.desk.schemas import AUTHORISATION, CANDIDATE, RELEASE, REVIEW_DECISION

__all__ = ["AUTHORISATION", "CANDIDATE", "RELEASE", "REVIEW_DECISION", "Desk", "open_desk"]
