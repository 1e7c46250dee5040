"""The desk: what people decide. The only state that cannot be made again from the inbox."""

from delivery.desk.desk import Desk
from delivery.desk.opening import open_desk
from delivery.desk.schemas import ANSWER, AUTHORISATION, CANDIDATE, HELD, REVIEW_DECISION

__all__ = ["ANSWER", "AUTHORISATION", "CANDIDATE", "HELD", "REVIEW_DECISION", "Desk", "open_desk"]
