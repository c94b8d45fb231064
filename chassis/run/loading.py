"""Python's garbage collector rests from the import of this module on, the first in a process, until `settle`.

What a process loads it keeps; going through it again and again takes a fifth of the time that loading takes.
"""

import gc

gc.disable()
