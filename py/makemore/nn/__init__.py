"""What nets are made of: the kernel's operations, layers and optimizers, all float32."""
