#include "storage/open_log.hpp"
#include "tests/projections/sample_log.hpp"
#include "tests/replay-tools/tool.hpp"

#include <fstream>

/// A raw export, put back.
namespace tidemark::import_test {
namespace {

using tool::run;

class LogImport : public testing::Test {
protected:
  LogImport() {
    storage::OpenOptions options;
    options.folder = data();
    const auto open = storage::open_log(options, &clock_);
    EXPECT_TRUE(open.ok()) << open.error().text;
    const KeyedHasher hasher((*open)->pepper());
    sample::write((*open)->log(), hasher);
    end_ = (*open)->log().durable();
    sample::apply_live((*open)->log(), (*open)->tables(), hasher, end_);
  }
  std::string data() const { return folder_.path() + "/data"; }
  std::string there() const { return folder_.path() + "/there"; }
  std::string file() const { return folder_.path() + "/whole.jsonl"; }
  std::string in_there(const std::string& arguments) const {
    return arguments + " --data " + there();
  }

  std::vector<std::string> exported(const std::string& more = "") const {
    const auto all =
        run("log export --as raw --reveal --reason test --data " + data() + more).lines();
    EXPECT_GE(all.size(), 3U);
    return all;
  }
  void write(const std::vector<std::string>& lines) const {
    std::ofstream out(file(), std::ios::binary);
    for (const auto& line : lines)
      out << line << "\n";
  }
  tool::Outcome import() const {
    return run(in_there("log import " + file() + " --pepper " + data() + "/keys/pepper"));
  }
  /// Refused with these words, and nothing was written.
  void expect_refused(const std::string& words) const {
    const auto result = import();
    EXPECT_EQ(result.exit_code, 65) << result.out;
    EXPECT_NE(result.out.find(words), std::string::npos) << result.out;
    EXPECT_FALSE(std::filesystem::exists(there()));
  }

  tool::TemporaryFolder folder_;
  sample::StepClock clock_;
  Position end_;
};

TEST_F(LogImport, GivesTheSameLogAndTheSameTables) {
  write(exported());
  const auto result = import();
  ASSERT_EQ(result.exit_code, 0) << result.out;
  const auto verified = run(in_there("verify --format json"));
  EXPECT_EQ(verified.exit_code, 0) << verified.out;
  EXPECT_EQ(verified.last_json()["summary"]["events"], end_.value);
  const auto digest = [](const std::string& of) {
    for (auto& line : run("digest --format json --data " + of).lines())
      if (line.starts_with("{"))
        return line;
    return std::string();
  };
  EXPECT_FALSE(digest(data()).empty());
  EXPECT_EQ(digest(there()), digest(data()));
  const auto again = run("log export --as raw --reveal --reason test --data " + there());
  EXPECT_EQ(again.lines().back(), exported().back()) << "the checksum of all lines";
}

TEST_F(LogImport, DecisionsThatWereMadeAreNotMadeAgain) {
  write(exported());
  ASSERT_EQ(import().exit_code, 0);
  storage::OpenOptions options;
  options.folder = there();
  const auto open = storage::open_log(options, &clock_);
  ASSERT_TRUE(open.ok()) << open.error().text;
  bool any = false;
  for (std::uint64_t at = 1; at <= end_.value; ++at) {
    const auto event = (*open)->log().at(Position{at});
    ASSERT_TRUE(event && *event);
    const auto& envelope = (*event)->envelope;
    if (envelope.cause == Position{})
      continue;
    any = true;
    storage::Append again;
    again.tenant = envelope.tenant;
    again.cause = envelope.cause;
    again.command_index = envelope.command_index;
    again.decider = envelope.decider;
    again.events.push_back({events::admin_stream(), events::BodyRevealed{}, {}, {}});
    const auto outcome = storage::append_and_wait((*open)->log(), std::move(again));
    EXPECT_TRUE(std::holds_alternative<storage::Duplicate>(outcome)) << at;
  }
  EXPECT_TRUE(any);
}

TEST_F(LogImport, ADamagedOrCutFileIsRefusedWithItsLine) {
  auto lines = exported();
  const auto whole = lines;
  lines.pop_back();
  write(lines);
  expect_refused("line " + std::to_string(whole.size()) + ": the closing line");
  lines = whole;
  lines.erase(lines.begin() + 1);
  write(lines);
  expect_refused("line 2: position 2");
  lines = whole;
  auto& record = lines[2];
  auto& digit = record[record.find("record_base64") + 60];
  digit = digit == 'A' ? 'B' : 'A';
  write(lines);
  expect_refused("line 3: ");
  lines = whole;
  lines[1] = "{\"position\":2}";
  write(lines);
  expect_refused("line 2: it holds no record_base64");
  lines = whole;
  lines.push_back(lines[0]);
  write(lines);
  expect_refused("something follows the closing line");
  lines = whole;
  lines[0].insert(1, " "); // the same to a reader of JSON
  write(lines);
  expect_refused("checksum");
  write(exported(" --to 2"));
  ASSERT_EQ(import().exit_code, 0) << "a beginning is a log";
}

TEST_F(LogImport, AFolderWithALogIsLeftAlone) {
  write(exported());
  ASSERT_EQ(import().exit_code, 0);
  const auto again = import();
  EXPECT_EQ(again.exit_code, 2) << again.out;
  EXPECT_NE(again.out.find("log_exists"), std::string::npos) << again.out;
  EXPECT_EQ(run(in_there("verify")).exit_code, 0);
}

TEST_F(LogImport, APepperOfTheWrongLengthIsNone) {
  write(exported());
  std::ofstream(folder_.path() + "/pepper") << "short";
  const auto result =
      run(in_there("log import " + file() + " --pepper " + folder_.path() + "/pepper"));
  EXPECT_EQ(result.exit_code, 2) << result.out;
  EXPECT_FALSE(std::filesystem::exists(there()));
}

} // namespace
} // namespace tidemark::import_test
