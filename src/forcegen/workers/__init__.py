"""Processes with limits, streaming and a clean end, which run named entry points.

Knows neither solvers nor engine.
"""

from forcegen.workers.channel import Channel
from forcegen.workers.frames import Body, FrameError
from forcegen.workers.pool import WorkerPool
from forcegen.workers.reply import Ending, Reply
from forcegen.workers.worker import Worker

__all__ = ["Body", "Channel", "Ending", "FrameError", "Reply", "Worker", "WorkerPool"]
