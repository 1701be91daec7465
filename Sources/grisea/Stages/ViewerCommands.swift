import Files
import Foundation

/// The commands that show a scan with its labels in viewers.
struct ViewerCommands: Sendable {
  private let scan, labels, tables: String

  /// Creates the commands.
  /// - Parameters:
  ///   - scan: the path of the scan.
  ///   - labels: the path of its `…_dseg.nii.gz`.
  ///   - tables: the folder of `dseg.label` and `dseg.lut`.
  init(scan: String, labels: String, tables: String) {
    self.scan = scan
    self.labels = labels
    self.tables = tables
  }

  /// Shell commands, and a script for a page with niivue; the comment before each names the program.
  var lines: [String] {
    [
      "# FSLeyes", fsleyes, "# ITK-SNAP", itkSnap, "# MRIcroGL", mricroGL,
      "# niivue, in a page's script; addresses are relative to the page", niivue,
    ]
  }

  private var fsleyes: String {
    ShellWords.line([
      "fsleyes", scan, labels, "--overlayType", "label", "--lut", tables.joined("dseg.lut"), "--outline",
      "--outlineWidth", "1",
    ])
  }

  private var itkSnap: String {
    ShellWords.line(["itksnap", "-g", scan, "-s", labels, "-l", tables.joined("dseg.label")])
  }

  /// MRIcroGL runs a Python script, from a file.
  private var mricroGL: String {
    let script = [
      "import gl", "gl.loadimage(\(quoted(absolute(scan))))", "gl.overlayload(\(quoted(absolute(labels))))",
      "gl.minmax(1, 0, 3)", "gl.opacity(1, 50)",
    ]
    return ShellWords.line(["printf", "%s\\n"] + script) + " > view.py && MRIcroGL -s view.py"
  }

  private var niivue: String {
    "niivue.loadVolumes([{ url: \(quoted(scan)) }, "
      + "{ url: \(quoted(labels)), colormap: \"viridis\", cal_min: 0.5, cal_max: 3, opacity: 0.5 }])"
  }

  private func absolute(_ path: String) -> String { NormalPath(path).text }

  /// Returns a string literal of Python and JavaScript.
  private func quoted(_ path: String) -> String {
    "\"" + path.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}
