# Runs scripts one after the other, each in a fork of this Ruby, which spares its start: a job a line comes in, what
# the script printed and its exit status goes out.
require "csv"
require "etc"
require "fileutils"
require "json"
require "open3"
require "optparse"
require "tempfile"

def run(job)
  out, error = Tempfile.new, Tempfile.new
  child = fork do
    $stdin.reopen(File::NULL)
    $stdout.reopen(out)
    $stderr.reopen(error)
    Dir.chdir(job["folder"])
    ARGV.replace(job["args"])
    $PROGRAM_NAME = job["path"]
    load(job["path"])
  end
  status = Process.wait2(child).last
  [status.exitstatus, [File.binread(out.path)].pack("m0"), [File.binread(error.path)].pack("m0")]
ensure
  [out, error].each(&:close!)
end

$stdout.sync = true
$stdin.each_line { |line| puts JSON.generate(run(JSON.parse(line))) }
