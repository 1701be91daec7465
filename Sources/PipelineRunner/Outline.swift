enum PipelineRunnerOutline {}
