"""Run a command that is told to end when its parent dies, even when the parent is killed outright.

    python deploy/tethered.py PARENT COMMAND [ARGUMENT ...]      PARENT is the parent's process id

Linux only (PR_SET_PDEATHSIG, prctl(2)); elsewhere the command runs untethered.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1

if sys.platform == "linux":
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
if os.getppid() != int(sys.argv[1]):
    sys.exit("The parent died before the command began.")
os.execvp(sys.argv[2], sys.argv[2:])
