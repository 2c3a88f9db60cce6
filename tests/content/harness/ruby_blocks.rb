# Runs the Ruby blocks of one entry in order as one program: they share the top level and its variables.
# Called by tests.content.runner as `ruby ruby_blocks.rb job.json`.
require "json"

def self.__say(job, result)
  $stdout.write(job["mark"], JSON.generate(result), job["mark"])
  $stdout.flush
end

__job = JSON.parse(File.read(ARGV.shift, encoding: "UTF-8"))
__job["blocks"].each do |__block|
  result = { raised: nil, detail: "" }
  begin
    eval(__block["code"], TOPLEVEL_BINDING, __job["path"], __block["line"])
  rescue Exception => error # SystemExit too is a result here
    result = { raised: error.class.name, detail: error.full_message(highlight: false) }
  end
  __say(__job, result)
  exit!(0) if result[:raised] != __block["raises"]
end
__say(__job, { versions: { "Ruby" => RUBY_VERSION } })
