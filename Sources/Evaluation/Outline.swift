enum EvaluationOutline {}
