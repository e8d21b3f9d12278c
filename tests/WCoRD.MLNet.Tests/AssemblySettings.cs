// Tensors are counted per thread and torch already uses every core: tests run one after another.
[assembly: DoNotParallelize]
