"""Carries packets between two network namespaces, each some microseconds late: python3 delayed-link.py NAMESPACE NAMESPACE DEVICE US

A kernel's netem does that; not every kernel has it. Makes the device in both namespaces, says so, and ends with its input.
"""
import collections, ctypes, fcntl, os, select, struct, sys, time

CLONE_NEWNET, TUNSETIFF, IFF_TUN, IFF_NO_PI, LONGEST = 0x40000000, 0x400454CA, 1, 0x1000, 65536


def device(namespace, name):
    libc = ctypes.CDLL(None, use_errno=True)
    with open("/run/netns/" + namespace) as entered:
        if libc.setns(entered.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns " + namespace)
    made = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(made, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TUN | IFF_NO_PI))
    return made


ends = [device(namespace, sys.argv[3]) for namespace in sys.argv[1:3]]
other = {ends[0]: ends[1], ends[1]: ends[0]}
delay = int(sys.argv[4]) / 1e6
# Processes that wait for messages take all cores: this one comes first.
os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
print("ready", flush=True)
late = collections.deque()
while True:
    while late and late[0][0] <= time.monotonic():
        _, end, packet = late.popleft()
        try:
            os.write(end, packet)
        except OSError:
            pass  # A device that is not up yet or no more: a packet is lost, as on any network.
    wait = max(0, late[0][0] - time.monotonic()) if late else None
    for found in select.select([*ends, sys.stdin], [], [], wait)[0]:
        if found is sys.stdin:
            sys.exit()
        try:
            while True:
                packet = os.read(found, LONGEST)
                late.append((time.monotonic() + delay, other[found], packet))
        except BlockingIOError:
            pass
