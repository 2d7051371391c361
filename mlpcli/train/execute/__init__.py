"""A recorded step of training bound to memory: plan, layout, executors."""
