// A picture that is shown many times is in the page once; the others take their source from it.

export function fillRepeatedPictures(page: Document = document): void {
  const sources = new Map<string, string>();
  for (const image of page.querySelectorAll<HTMLImageElement>("img[data-picture]")) {
    sources.set(image.dataset["picture"] ?? "", image.src);
  }
  for (const image of page.querySelectorAll<HTMLImageElement>("img[data-same-as]")) {
    image.src = sources.get(image.dataset["sameAs"] ?? "") ?? "";
  }
}
