import Batch
import Testing

/// What `/proc`, control groups and Slurm say, as their documentation gives it.
@Suite("MemoryLimits")
struct MemoryLimitsTests {
  @Test("of a control group of version 2 all groups above it are looked at, and the root")
  func version2() {
    #expect(
      MemoryLimits.groupFiles("0::/system.slice/slurmstepd.scope/job_7/step_0/user/task_0\n") == [
        "/sys/fs/cgroup/system.slice/slurmstepd.scope/job_7/step_0/user/task_0/memory.max",
        "/sys/fs/cgroup/system.slice/slurmstepd.scope/job_7/step_0/user/memory.max",
        "/sys/fs/cgroup/system.slice/slurmstepd.scope/job_7/step_0/memory.max",
        "/sys/fs/cgroup/system.slice/slurmstepd.scope/job_7/memory.max",
        "/sys/fs/cgroup/system.slice/slurmstepd.scope/memory.max",
        "/sys/fs/cgroup/system.slice/memory.max", "/sys/fs/cgroup/memory.max",
      ])
    #expect(MemoryLimits.groupFiles("0::/\n") == ["/sys/fs/cgroup/memory.max"])
    #expect(
      MemoryLimits.groupFiles("0::/../../a\n") == [
        "/sys/fs/cgroup/a/memory.max", "/sys/fs/cgroup/memory.max",
      ])
  }

  @Test("of version 1 the hierarchy of memory counts, alone or beside others")
  func version1() {
    let text = "12:cpu,cpuacct:/x\n11:pids:/x\n4:memory:/slurm/uid_0/job_7\n1:name=systemd:/y\n0::/z\n"
    #expect(
      MemoryLimits.groupFiles(text) == [
        "/sys/fs/cgroup/memory/slurm/uid_0/job_7/memory.limit_in_bytes",
        "/sys/fs/cgroup/memory/slurm/uid_0/memory.limit_in_bytes",
        "/sys/fs/cgroup/memory/slurm/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.limit_in_bytes",
        "/sys/fs/cgroup/z/memory.max", "/sys/fs/cgroup/memory.max",
      ])
    #expect(MemoryLimits.groupFiles("3:cpuset,memory:/a").count == 2)
    #expect(MemoryLimits.groupFiles("no group\n\n").isEmpty)
  }

  @Test(
    "a limit is a number of bytes, or none",
    arguments: [
      ("max\n", nil), ("2147483648\n", 2_147_483_648), ("9223372036854771712\n", 9_223_372_036_854_771_712),
      ("18446744073709551615\n", Int.max), ("", nil), ("-1\n", nil),
    ] as [(String, Int?)])
  func limit(text: String, bytes: Int?) { #expect(MemoryLimits.limit(text) == bytes) }

  @Test(
    "Slurm gives memory by node or by core",
    arguments: [
      (["SLURM_MEM_PER_NODE": "4096"], 4_294_967_296),
      (["SLURM_MEM_PER_CPU": "2000", "SLURM_CPUS_ON_NODE": "4"], 8_388_608_000),
      (["SLURM_MEM_PER_CPU": "2000", "SLURM_CPUS_PER_TASK": "2"], 4_194_304_000),
      (["SLURM_MEM_PER_CPU": "2000"], 2_097_152_000),
      (["SLURM_MEM_PER_NODE": "4G"], 4_294_967_296), (["SLURM_MEM_PER_CPU": "512K"], 524_288),
      (["SLURM_MEM_PER_NODE": "0"], nil), ([:], nil), (["SLURM_MEM_PER_NODE": "all"], nil),
      (["SLURM_MEM_PER_NODE": "99999999999999999999"], nil),
      (["SLURM_MEM_PER_CPU": "9223372036854775807", "SLURM_CPUS_ON_NODE": "9223372036854775807"], nil),
    ] as [([String: String], Int?)])
  func slurm(environment: [String: String], bytes: Int?) {
    #expect(MemoryLimits.slurm(environment) == bytes)
  }

  @Test("keys of /proc are kilobytes")
  func keys() {
    let text = "MemTotal:       16384000 kB\nMemFree:  1 kB\nMemAvailable:   8192000 kB\n"
    #expect(MemoryLimits.bytes("MemTotal:", in: text) == 16_777_216_000)
    #expect(MemoryLimits.bytes("MemAvailable:", in: text) == 8_388_608_000)
    #expect(MemoryLimits.bytes("VmHWM:", in: text) == nil)
  }
}
