import BIDS
import Batch
import Files
import Foundation
import Imaging
import PipelineRunner
import Reports
import Segmentation
import Statistics

extension FuzzTarget {
  /// Tables of tab-separated values: each input is read by the readers of all kinds of tables.
  static var tables: FuzzTarget {
    let status =
      StatusRow.columns.joined(separator: "\t") + "\nsub-01\tsegment\tdone\tnever ran\t1.50\t600\t0.1.0\n"
    let volumes =
      VolumeTable.columns.joined(separator: "\t") + "\nsub-01"
      + String(repeating: "\t1.5", count: VolumeTable.columns.count - 1) + "\n"
    let corpus = [
      status, volumes, "subject\tGM_ml\tWM_ml\tCSF_ml\nsub-01\t600.1\t500\t200.123\n",
      "sub-01\tdata/sub-01_T1w.nii.gz\nsub-02\tdata/sub-02_T1w.nii.gz\n",
      "image\tlabel\tsubject\tsplit\na.nii\tb.nii\tsub-01\ttrain\nc.nii\td.nii\tsub-02\tvalidation\n",
      "participant_id\tage\tsex\tscore\nsub-01\t23\tF\t1.5e3\nsub-02\tn/a\tM\t-7\nsub-10\t99.5\tF\t0\n",
      "epoch\tloss\tdice_GM\n1\t0.7\tn/a\n2\t0.5\t0.81\n",
    ]
    return .text("tables", corpus) { input, scratch in
      try input.write(to: scratch)
      var reasons: [any Error] = []
      func attempt(_ read: () throws -> Void) { do { try read() } catch { reasons.append(error) } }
      attempt { _ = try VolumeTable(contentsOf: scratch).tsv }
      attempt { _ = try StatusTable.rows(ofFile: scratch) }
      attempt { _ = try WorkList(contentsOf: scratch).reversed(parts: 2) }
      attempt { _ = try PathTable(contentsOf: scratch, columns: ["image"]).files("image") }
      attempt { _ = try DataTable(contentsOf: scratch).selecting(["age"]).participants }
      attempt { _ = try ParticipantTable(contentsOf: scratch).cell("sub-01", "age") }
      attempt { _ = try TrainingCurves(contentsOf: scratch) }
      for reason in reasons { _ = "\(reason)" }
      if let reason = reasons.first, reasons.count == 7 { throw reason }
    }
  }

  static var labelTables: FuzzTarget {
    .text(
      "label-tables",
      [
        "index\tname\ttissue\n0\tbackground\tbackground\n1-3\tcortex\tGM\n1000-1999\tleft\tGM\n4\twhite\tWM\n5\tfluid\tCSF\n",
        "name\tindex\ttissue\tcolor\na\t65535\tGM\t#ff0000\n",
      ]
    ) { input, scratch in
      try input.write(to: scratch)
      _ = try LabelTable(contentsOf: scratch)
    }
  }

  static var pipelines: FuzzTarget {
    .text(
      "pipelines",
      [
        "# A comment\ngrisea segment \"${scan}\" --output \"${output}/a b\" \\\n  --picture\n\ngrisea evaluate --prediction 'x y' --reference \"z\\\"w\"\n",
        "grisea preprocess a.nii\\ b --output p # more\ngrisea run \"${scan}${output}\"\r\n",
      ]
    ) { input, scratch in
      try input.write(to: scratch)
      let text = try Pipeline.text(of: scratch)
      let names = try Pipeline.namesUsed(in: text, path: scratch)
      let settings = names.sorted().map { $0 + "=value of it" }
      let pipeline = try Pipeline(text, path: scratch, variables: PipelineVariables(settings: settings))
      _ = pipeline.stages.map(\.commandLine)
    }
  }

  /// The JSON by which runs are known again.
  static var records: FuzzTarget {
    let hash = String(repeating: "0a", count: 32)
    let file =
      "{\"path\":\"a.nii\",\"hash\":\"\(hash)\",\"signature\":{\"inode\":7,\"size\":8,\"modified\":9,\"changed\":10}}"
    let stage =
      "{\"line\":1,\"command\":\"grisea inspect a.nii\",\"arguments\":[\"inspect\",\"a.nii\"],\"program\":{\"version\":\"0.1.0\",\"hash\":\"\(hash)\"},\"machine\":{\"operatingSystem\":\"s\",\"processor\":\"p\",\"processorCount\":2},\"started\":\"2026-01-01T00:00:00Z\",\"ended\":\"2026-01-01T00:00:01Z\",\"seconds\":1,\"exitStatus\":0,\"inputs\":[\(file)],\"outputs\":[\(file)],\"updates\":[]}"
    return .text(
      "records",
      [
        "{\"format\":1,\"pipeline\":\"p\",\"pipelineHash\":\"\(hash)\",\"variables\":{\"a\":\"b\"},\"stages\":[\(stage)],\"earlier\":[]}"
      ]
    ) { input, scratch in
      try input.write(to: scratch)
      _ = try ProvenanceRecord.read(scratch)
    }
  }

  /// Descriptions of BIDS datasets, and the names of their files.
  static var datasets: FuzzTarget {
    .text(
      "datasets",
      [
        "{\"Name\": \"heads\", \"BIDSVersion\": \"1.8.0\", \"License\": \"CC0\", \"Authors\": [\"A\", \"B\"], \"DatasetDOI\": \"doi:10.1/2\", \"HowToAcknowledge\": \"so\"}",
        "{\"Name\": 7, \"BIDSVersion\": 1.8, \"GeneratedBy\": [{\"Name\": \"grisea\"}], \"DatasetLinks\": {\"raw\": \"../..\"},}",
        "sub-01_ses-2_acq-x_run-3_echo-1_T1w.nii.gz", "sub-01_label-GM_desc-brain_mask.nii", "LIA",
        "a*[b-c]?.nii",
      ]
    ) { input, _ in
      let text = String(decoding: input.bytes, as: UTF8.self)
      _ = ScanName(path: text).subject.person
      _ = Orientation(text)
      _ = FilePattern(text).matches("a/b.nii")
      _ = try? BIDSName(anatomical: text)
      _ = try BIDSDataset.Description(json: Data(input.bytes))
    }
  }

  /// What the system says about memory.
  static var system: FuzzTarget {
    .text(
      "system",
      [
        "0::/system.slice/job_7/step_0\n", "4:memory:/slurm/uid_0/job_7\n3:cpu,memory:/a/../b\n", "max\n",
        "2147483648\n", "MemTotal:  16384000 kB\nMemAvailable:  8192000 kB\n", "4096", "4G",
      ]
    ) { input, _ in
      let text = String(decoding: input.bytes, as: UTF8.self)
      _ = MemoryLimits.groupFiles(text)
      _ = MemoryLimits.bytes("MemTotal:", in: text)
      _ = MemoryLimits.slurm(["SLURM_MEM_PER_CPU": text, "SLURM_CPUS_ON_NODE": text])
      _ = MemoryLimits.limit(text)
    }
  }
}
