#include "connectors/shared/media_link.hpp"

#include <gtest/gtest.h>

namespace tidemark::connectors::test::media_link_test {
namespace {

TEST(MediaLink, IsHttpsToAPublicNameOrAddress) {
  for (const auto* url :
       {"https://media.example.com/ghl/map.png", "HTTPS://Files.Example.com:8443/a?b=c#d",
        "https://203.0.113.7/a.jpg", "https://[2606:4700::1111]/a.jpg", "https://8.8.8.8",
        "https://example.com.", "https://10.example.com/a"})
    EXPECT_TRUE(is_public_link(url)) << url;
}

TEST(MediaLink, IsNoneThatLeadsIntoSomebodysNetwork) {
  for (const auto* url : {"http://media.example.com/map.png",
                          "http://169.254.169.254/latest/meta-data/",
                          "https://169.254.169.254/",
                          "https://127.0.0.1/a",
                          "https://127.1/a",
                          "https://2130706433/",
                          "https://0x7f000001/",
                          "https://0177.0.0.1/",
                          "https://10.1.2.3/",
                          "https://172.31.255.255/",
                          "https://192.168.0.1:8080/",
                          "https://100.64.0.1/",
                          "https://224.0.0.1/",
                          "https://255.255.255.255/",
                          "https://0.0.0.0/",
                          "https://localhost/a",
                          "https://metadata.google.internal/",
                          "https://printer.local/",
                          "https://intranet/a",
                          "https://10.0.0.1./",
                          "https://[::1]/",
                          "https://[fd00::1]/",
                          "https://[fe80::1]/",
                          "https://[::ffff:10.0.0.1]/",
                          "https://[64:ff9b::a00:1]/",
                          "https://[2002:a00:1::]/",
                          "https://user@media.example.com/",
                          "https://example.com\\@10.0.0.1/",
                          "https://media.example.com/a b",
                          "https://%31%30.0.0.1/",
                          "ftp://media.example.com/a",
                          "file:///etc/passwd",
                          "javascript:alert(1)",
                          "https://",
                          "https:///a",
                          "",
                          "https://[2606:4700::1111",
                          "https://media.example.com/\n"})
    EXPECT_FALSE(is_public_link(url)) << url;
  EXPECT_FALSE(is_public_link("https://media.example.com/" + std::string(2048, 'a')));
}

TEST(MediaLink, IsTakenByWhatTheBodySaysOfIt) {
  const auto document = json::parse(R"({"list":["https://a.example.com/1",
    {"url":"https://a.example.com/2","content_type":"Image/PNG; q=1","size":20000000},
    {"link":"https://a.example.com/3"},
    {"url":"https://a.example.com/4","content_type":"application/smil"},
    {"url":"https://a.example.com/5","contentType":"application/x-msdownload"},
    {"url":"https://a.example.com/6","content_type":"image/png","size":20000001},
    7, {}, "", null],
    "one":"https://a.example.com/1","none":null})");
  const auto root = document.value().root();
  const auto media = stated_media(root["list"]);
  EXPECT_EQ(media.usable,
            (std::vector<std::string>{"https://a.example.com/1", "https://a.example.com/2",
                                      "https://a.example.com/3"}));
  EXPECT_EQ(media.left_out, 3U);
  EXPECT_EQ(stated_media(root["one"]).usable, std::vector<std::string>{"https://a.example.com/1"});
  EXPECT_TRUE(stated_media(root["none"]).usable.empty());
  EXPECT_TRUE(stated_media(root["nowhere"]).usable.empty());
  std::vector<events::SkippedPart> told;
  tell_left_out(media, told);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].text, "Attachments left out, by their own type or size: 3.");
}

TEST(MediaLink, LeavesOutTheOthers) {
  const auto links =
      public_links({"https://a.example.com/1", "http://10.0.0.1/", "https://b.example.com/2"});
  EXPECT_EQ(links.usable,
            (std::vector<std::string>{"https://a.example.com/1", "https://b.example.com/2"}));
  EXPECT_EQ(links.left_out, 1U);
}

} // namespace
} // namespace tidemark::connectors::test::media_link_test
