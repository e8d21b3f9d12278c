"""A WCoRD+KD training step in PyTorch, the measure of ours on a GPU: the same networks, batch, banks and negatives.

    python3 eng/pytorch-step.py [--teacher resnet32x4] [--student resnet8x4] [--rows 50000] [--negatives 16384] [--steps 200] [--bfloat16]

Written from the equations as public CRD code does it (negatives drawn on the GPU, bank rows gathered), with LCKT by IPOT, and with all
images on the GPU, so that no reading is measured. Prints milliseconds a step, and seconds for an epoch of the rows.
"""

import argparse
import time

import torch
from torch import nn
from torch.nn import functional as F


class Block(nn.Module):
    def __init__(self, channels_in, channels, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(channels_in, channels, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.down = (
            nn.Sequential(nn.Conv2d(channels_in, channels, 1, stride, bias=False), nn.BatchNorm2d(channels))
            if stride != 1 or channels_in != channels
            else nn.Identity()
        )

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(y)) + self.down(x))


class ResNet(nn.Module):
    """CIFAR's ResNet of a depth 6 n + 2; `x4` widens it as CRD's repository does."""

    def __init__(self, name, classes=100):
        super().__init__()
        depth, wide = name.removeprefix("resnet").removesuffix("x4"), name.endswith("x4")
        widths = [32, 64, 128, 256] if wide else [16, 16, 32, 64]
        self.stem = nn.Sequential(nn.Conv2d(3, widths[0], 3, 1, 1, bias=False), nn.BatchNorm2d(widths[0]))
        blocks, channels = [], widths[0]
        for stage, width in enumerate(widths[1:]):
            for i in range((int(depth) - 2) // 6):
                blocks.append(Block(channels, width, 2 if stage > 0 and i == 0 else 1))
                channels = width
        self.blocks, self.features, self.fc = nn.Sequential(*blocks), channels, nn.Linear(channels, classes)

    def forward(self, x):
        features = self.blocks(F.relu(self.stem(x))).mean((2, 3))
        return features, self.fc(features)


def contrast(anchors, bank, drawn, z, rows):
    negatives = drawn.shape[1] - 1
    gathered = bank.index_select(0, drawn.flatten()).view(*drawn.shape, -1)
    scores = (gathered @ anchors.unsqueeze(2)).squeeze(2).div(0.07).exp()
    if z is None:
        z = scores.detach().mean() * rows
    likelihood, noise = scores / z, negatives / rows
    positive, negative = likelihood[:, :1], likelihood[:, 1:]
    loss = -((positive / (positive + noise + 1e-7)).log().sum() + (noise / (negative + noise + 1e-7)).log().sum()) / len(anchors)
    return loss, z


def transport(cost, beta=0.5, steps=50):
    with torch.no_grad():
        n = len(cost)
        kernel, sigma, plan = (-cost / beta).exp(), torch.full((n, 1), 1 / n, device=cost.device), torch.ones_like(cost)
        for _ in range(steps):
            proximal = kernel * plan
            delta = 1 / (n * (proximal @ sigma))
            sigma = 1 / (n * (proximal.t() @ delta))
            plan = delta * proximal * sigma.t()
    return (plan * cost).sum()


@torch.no_grad()
def update(bank, index, embeddings):
    bank[index] = F.normalize(0.5 * bank[index] + 0.5 * embeddings, dim=1)


def crop(images):
    n, padded = len(images), F.pad(images, (4, 4, 4, 4))
    top, left = torch.randint(9, (2, n, 1), device=images.device)
    y = top + torch.arange(32, device=images.device)
    x = left + torch.arange(32, device=images.device)
    x = torch.where(torch.rand(n, 1, device=images.device) < 0.5, x, x.flip(1))
    return padded[torch.arange(n, device=images.device)[:, None, None], :, y[:, :, None], x[:, None, :]].permute(0, 3, 1, 2)


def main():
    arguments = argparse.ArgumentParser()
    for name, default in (("teacher", "resnet32x4"), ("student", "resnet8x4")):
        arguments.add_argument(f"--{name}", default=default)
    for name, default in (("rows", 50000), ("negatives", 16384), ("batch", 64), ("steps", 200)):
        arguments.add_argument(f"--{name}", type=int, default=default)
    arguments.add_argument("--bfloat16", action="store_true")
    arguments.add_argument("--device", default="cuda")
    a = arguments.parse_args()
    torch.manual_seed(1)
    torch.backends.cudnn.benchmark = True
    device, rows = torch.device(a.device), a.rows
    teacher, student = ResNet(a.teacher).to(device).eval(), ResNet(a.student).to(device)
    teacher_head, student_head = (nn.Linear(network.features, 128).to(device) for network in (teacher, student))
    parameters = [*student.parameters(), *teacher_head.parameters(), *student_head.parameters()]
    optimizer = torch.optim.SGD(parameters, 0.05, momentum=0.9, weight_decay=5e-4)
    images = torch.randint(256, (rows, 3, 32, 32), dtype=torch.uint8, device=device)
    labels = torch.arange(rows, device=device) % 100
    banks, z = [F.normalize(torch.randn(rows, 128, device=device), dim=1) for _ in range(2)], [None, None]
    order = torch.randperm(rows, device=device)

    def step(i):
        index = order[(i * a.batch) % (rows - a.batch) :][: a.batch]
        x, y = (crop(images[index]).float() / 255 - 0.48) / 0.26, labels[index]
        with torch.autocast(device.type, torch.bfloat16, enabled=a.bfloat16):
            with torch.no_grad():
                teacher_features, teacher_logits = teacher(x)
            student_features, student_logits = student(x)
        teacher_features, teacher_logits = teacher_features.float(), teacher_logits.float()
        student_features, student_logits = student_features.float(), student_logits.float()
        u, v = F.normalize(teacher_head(teacher_features), dim=1), F.normalize(student_head(student_features), dim=1)
        drawn = torch.randint(rows, (a.batch, a.negatives + 1), device=device)
        drawn[:, 0] = index
        student_loss, z[0] = contrast(v, banks[0], drawn, z[0], rows)
        teacher_loss, z[1] = contrast(u, banks[1], drawn, z[1], rows)
        soft = F.kl_div((student_logits / 4).log_softmax(1), (teacher_logits / 4).softmax(1), reduction="batchmean") * 16
        loss = F.cross_entropy(student_logits, y) + 0.8 * (student_loss + teacher_loss) + 0.05 * transport(1 - u @ v.t()) + soft
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        update(banks[0], index, u.detach())
        update(banks[1], index, v.detach())
        return loss

    def wait():
        if device.type == "cuda":
            torch.cuda.synchronize()

    for i in range(20):
        step(i)
    wait()
    start = time.perf_counter()
    for i in range(a.steps):
        step(i)
    wait()
    milliseconds = 1000 * (time.perf_counter() - start) / a.steps
    print(f"pytorch {torch.__version__} {'bfloat16' if a.bfloat16 else 'float32'}: {milliseconds:.2f} ms a step, "
          f"{milliseconds * -(-rows // a.batch) / 1000:.2f} s an epoch of {rows} rows")


if __name__ == "__main__":
    main()
