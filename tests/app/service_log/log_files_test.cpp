#include "app/service_log/log_files.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace tidemark::app::log_files_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

struct Files : testing::Test {
  Files() { fs::remove_all(folder); }
  ~Files() override { fs::remove_all(folder); }

  void write(LogFiles& files, Part part, Level level, const std::string& line) {
    files.write(part, level, line, now);
  }
  std::string text_of(const std::string& name) const {
    std::ifstream file(folder + "/" + name);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  LogFiles files_there(const std::string& where) {
    return LogFiles(where, [this](const auto& file, const auto&) { complaints.push_back(file); });
  }

  const std::string folder = testing::TempDir() + "service_log_files";
  Timestamp now =
      std::chrono::floor<std::chrono::days>(
          std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()))
      + 12h;
  std::vector<std::string> complaints;
};

TEST_F(Files, ALineStandsInTheFilesThatItIsFor) {
  auto files = files_there(folder + "/");
  write(files, Part::service, Level::info, "ready");
  write(files, Part::delivery, Level::info, "sent");
  write(files, Part::delivery, Level::warning, "failed");
  write(files, Part::service, Level::error, "broken");
  EXPECT_EQ(text_of("app.log"), "ready\nsent\nfailed\nbroken\n");
  EXPECT_EQ(text_of("sync.log"), "sent\nfailed\n");
  EXPECT_EQ(text_of("error.log"), "failed\nbroken\n");
  EXPECT_THAT(complaints, IsEmpty());
}

TEST_F(Files, ItsGroupMayReadThemAndNobodyElse) {
  const auto before = ::umask(077);
  auto files = files_there(folder);
  write(files, Part::service, Level::info, "ready");
  ::umask(before);
  EXPECT_EQ(fs::status(folder + "/app.log").permissions(), fs::perms(0640));
  EXPECT_EQ(fs::status(folder).permissions(), fs::perms(0750));
}

TEST_F(Files, EachDayHasANewFile) {
  auto files = files_there(folder);
  write(files, Part::service, Level::info, "on the first day");
  now += 24h;
  write(files, Part::service, Level::info, "on the second");
  EXPECT_EQ(text_of("app.log"), "on the second\n");
  EXPECT_EQ(text_of("app.1.log"), "on the first day\n");
  auto next_start = files_there(folder);
  now += 24h; // the file's own time is that of the machine: today or before
  write(next_start, Part::service, Level::info, "on the third");
  EXPECT_EQ(text_of("app.log"), "on the third\n");
  EXPECT_EQ(text_of("app.2.log"), "on the first day\n");
}

TEST_F(Files, AFileEndsAfterFiveMegabytesAndFourOlderOnesStay) {
  auto files = files_there(folder);
  const std::string line(1024 * 1024 - 1, 'x');
  for (int i = 0; i < 33; ++i)
    write(files, Part::service, Level::info, line);
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder))
    names.push_back(entry.path().filename());
  std::ranges::sort(names);
  EXPECT_THAT(names, ElementsAre("app.1.log", "app.2.log", "app.3.log", "app.4.log", "app.log"));
  EXPECT_EQ(fs::file_size(folder + "/app.1.log"), LogFiles::bytes_max);
}

TEST_F(Files, AFolderThatCannotBeIsSaidOnceAndTriedAgainAfterAMinute) {
  std::ofstream(folder) << "a file stands in its place";
  auto files = files_there(folder + "/below");
  for (int i = 0; i < 3; ++i)
    write(files, Part::delivery, Level::error, "lost");
  EXPECT_THAT(complaints, SizeIs(1));
  fs::remove(folder);
  write(files, Part::delivery, Level::error, "still lost");
  now += 61s;
  write(files, Part::delivery, Level::error, "written");
  EXPECT_EQ(text_of("below/app.log"), "written\n");
  EXPECT_EQ(text_of("below/sync.log"), "written\n");
  EXPECT_THAT(complaints, SizeIs(1));
}

TEST_F(Files, AFullDiskIsSaidOnce) {
  fs::create_directory(folder);
  fs::create_symlink("/dev/full", folder + "/app.log");
  auto files = files_there(folder);
  for (int i = 0; i < 200; ++i, now += 1s)
    write(files, Part::service, Level::warning, std::string(1000, 'x'));
  EXPECT_THAT(complaints, ElementsAre(folder + "/app.log"));
  EXPECT_THAT(text_of("error.log"), SizeIs(200 * 1001));
}

TEST_F(Files, AFileThatWasTakenAwayIsMadeAnew) {
  auto files = files_there(folder);
  write(files, Part::service, Level::info, "first");
  fs::remove_all(folder);
  now += 61s;
  write(files, Part::service, Level::info, "second");
  EXPECT_EQ(text_of("app.log"), "second\n");
}

} // namespace
} // namespace tidemark::app::log_files_test
