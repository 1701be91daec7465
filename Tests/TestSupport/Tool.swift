import Foundation
import Testing

/// A program, a Python package or a data set that some tests need and that a machine may lack.
///
/// A test that lacks its tool is skipped with the tool's name in the log; `Tests/run.sh` counts these tests in its last
/// line. Where `GRISEA_REQUIRE_TOOLS` is set, as in CI, the test runs and fails instead.
package struct Tool: Sendable {
  package let name: String
  package let isThere: Bool

  package init(_ name: String, isThere: Bool) {
    self.name = name
    self.isThere = isThere
  }

  /// Whether a missing tool is a failure.
  package static let areRequired = ProcessInfo.processInfo.environment["GRISEA_REQUIRE_TOOLS"] != nil

  /// Packages of the Python that `GRISEA_PYTHON` names.
  private init(_ name: String, python modules: String) {
    self.init(name, isThere: (try? Python.run("import " + modules)) != nil)
  }

  private static func runs(_ words: [String]) -> Bool { (try? ExternalProgram.output(words)) != nil }

  package static let python = Tool("Python", python: "zlib")
  package static let scikitLearn = Tool("scikit-learn", python: "sklearn, scipy.stats")
  package static let sciPy = Tool("SciPy", python: "scipy.ndimage, scipy.stats, scipy.io")
  package static let nibabel = Tool("nibabel", python: "nibabel")
  package static let simpleITK = Tool("SimpleITK", python: "SimpleITK, numpy")
  /// Gaser's exact threshold-free cluster enhancement.
  package static let tfce = Tool("tfce", python: "tfce, tfce.glm")
  package static let nilearn = Tool("nilearn", python: "nilearn.mass_univariate")
  package static let safetensors = Tool("safetensors", python: "numpy, safetensors.numpy")
  package static let onnxRuntime = Tool("onnxruntime", python: "numpy, onnx, onnxruntime")

  /// NIfTI's own checker: `nifti_tool` of Debian's nifti-bin, or the program that `GRISEA_NIFTI_TOOL` names.
  package static let niftiChecker = Tool("nifti_tool", isThere: runs([niftiCheckerProgram, "-ver"]))
  package static let niftiCheckerProgram =
    ProcessInfo.processInfo.environment["GRISEA_NIFTI_TOOL"] ?? "nifti_tool"

  /// Chromium, its driver, and the Python packages that drive it and judge a page.
  package static let chromium = Tool(
    "Chromium",
    isThere: runs(["chromedriver", "--version"])
      && Tool("", python: "shutil, selenium, axe_core_python, html5lib; assert shutil.which('chromium')")
        .isThere
  )

  /// PyPI's `bids-validator-deno`, which brings its own runtime and needs no network.
  package static let bidsValidator = Tool(
    "bids-validator-deno", isThere: runs([bidsValidatorProgram, "--version"]))
  /// Lies beside the Python, if that is named with its folder.
  package static let bidsValidatorProgram: String = {
    if let named = ProcessInfo.processInfo.environment["GRISEA_BIDS_VALIDATOR"] { return named }
    let folder = (Python.program as NSString).deletingLastPathComponent
    return (folder.isEmpty ? "" : folder + "/") + "bids-validator-deno"
  }()

  /// A Slurm of the tests' own: `Tests/slurm.sh` starts it and sets `SLURM_CONF`.
  package static let slurm = Tool("Slurm", isThere: ProcessInfo.processInfo.environment["SLURM_CONF"] != nil)

  /// The whole head with FreeSurfer's surfaces in pycortex's source; `GRISEA_S1` names its folder.
  package static let pycortexHead = Tool(
    "pycortex's head", isThere: ProcessInfo.processInfo.environment["GRISEA_S1"] != nil)
}

extension Trait where Self == ConditionTrait {
  /// Skips a test where the tool is missing, unless tools are required.
  package static func needs(_ tool: Tool) -> Self {
    .enabled(if: tool.isThere || Tool.areRequired, "missing tool: \(tool.name)")
  }
}
