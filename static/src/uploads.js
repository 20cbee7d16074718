// A file that is too large is said so before it is sent; the server says it too.
document.addEventListener("change", (event) => {
  const field = event.target;
  if (!field.matches("input[type=file][data-most-bytes]")) return;
  const isTooLarge = [...field.files].some((file) => file.size > Number(field.dataset.mostBytes));
  field.setCustomValidity(isTooLarge ? field.dataset.tooLarge : "");
  if (isTooLarge) field.reportValidity();
});
